// SPDX-License-Identifier: Apache-2.0
//! Rust's standard library on vectors, for C. An IoSlice is a struct iovec: its documentation guarantees that.
#![allow(stable_features)]
#![feature(io_slice_advance, write_all_vectored)]
use std::io::{Error, ErrorKind, IoSlice, IoSliceMut, Read, Result, Write};
use std::slice::{from_raw_parts, from_raw_parts_mut};

#[no_mangle]
pub unsafe extern "C" fn rust_read(vector: *const IoSlice, count: usize, data: *mut u8, bytes: usize) -> usize {
    let mut to = from_raw_parts_mut(data, bytes);
    to.write_vectored(from_raw_parts(vector, count)).unwrap()
}

#[no_mangle]
pub unsafe extern "C" fn rust_write(vector: *mut IoSliceMut, count: usize, data: *const u8, bytes: usize) -> usize {
    let mut from = from_raw_parts(data, bytes);
    from.read_vectored(from_raw_parts_mut(vector, count)).unwrap()
}

/// How many elements are left, the last ones. The first of them may be trimmed.
#[no_mangle]
pub unsafe extern "C" fn rust_advance(vector: *mut IoSlice, count: usize, bytes: usize) -> usize {
    let mut left = from_raw_parts_mut(vector, count);
    IoSlice::advance_slices(&mut left, bytes);
    left.len()
}

/// As a stream of its own: one call, whose answer is a number of bytes or minus an error.
struct Stream {
    call: extern "C" fn(*mut (), *const IoSlice, usize) -> isize,
    context: *mut (),
}

impl Write for Stream {
    fn write(&mut self, data: &[u8]) -> Result<usize> {
        self.write_vectored(&[IoSlice::new(data)])
    }
    fn write_vectored(&mut self, vector: &[IoSlice]) -> Result<usize> {
        match (self.call)(self.context, vector.as_ptr(), vector.len()) {
            bytes if bytes >= 0 => Ok(bytes as usize),
            error => Err(Error::from_raw_os_error(-error as i32)),
        }
    }
    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}

/// 0, an error, or -1 where a call wrote nothing.
#[no_mangle]
pub unsafe extern "C" fn rust_write_all(
    vector: *mut IoSlice, count: usize, call: extern "C" fn(*mut (), *const IoSlice, usize) -> isize, context: *mut (),
) -> i32 {
    match (Stream { call, context }).write_all_vectored(from_raw_parts_mut(vector, count)) {
        Ok(()) => 0,
        Err(error) if error.kind() == ErrorKind::WriteZero => -1,
        Err(error) => error.raw_os_error().unwrap(),
    }
}
